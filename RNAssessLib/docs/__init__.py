"""Pages of documentation made from the code itself: ``python -m RNAssessLib.docs``."""
