"""Qt side of the RNAssess module: fills widgets from the view-model and passes clicks on."""
