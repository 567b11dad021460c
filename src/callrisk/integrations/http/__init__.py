"""The shared parts of requests over HTTP: session, answers, verdicts, repetition, counting."""
