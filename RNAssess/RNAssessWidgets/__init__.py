"""Qt side of the RNAssess module: fills widgets from the view-model, nothing else."""
