"""Assessed cases kept on disk, so that a finished case opens at once.

`tree` turns an object of the model into plain data and arrays, `container` writes both into one
file and maps the arrays back, `inputs` tells whether what a case was read from is still the same,
`store` holds the rule: the same input, thresholds and code give the kept case back.
"""
