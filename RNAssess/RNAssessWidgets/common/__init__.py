"""What every room of the module uses: trees, typed numbers, long work, packages."""
