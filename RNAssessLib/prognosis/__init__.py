"""Nomogram and literature risk context, never the patient's probability."""
