"""Assessment to MRML nodes; every function takes the scene."""
