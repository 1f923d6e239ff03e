"""What stands on every page, for who says it before anything is loaded."""

DISCLAIMER = "Research use only. Not a medical device."
