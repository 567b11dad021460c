"""Words by which ended calls are found, spelled alike in what was said and in what is asked."""
