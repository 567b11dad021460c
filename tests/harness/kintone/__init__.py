"""A Kintone on this machine, well or badly behaved, and whoever asks it."""
