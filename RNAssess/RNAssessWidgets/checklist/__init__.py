"""The checklist: rows, answers, what cohorts say beside them."""
