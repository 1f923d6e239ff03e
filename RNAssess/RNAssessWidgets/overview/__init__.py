"""All lesions of a patient on one sheet."""
