"""The checklist: one file per item and an explicit, ordered registry."""
