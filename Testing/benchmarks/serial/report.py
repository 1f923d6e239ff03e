def write_results(rows, path):
    pass
