"""Serial volumes, course patterns, response criteria, treatment timeline."""
