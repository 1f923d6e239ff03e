"""Tables for spreadsheets and terminals."""
