"""Long jobs: asked for, claimed by one of several runners, told of, ended."""
