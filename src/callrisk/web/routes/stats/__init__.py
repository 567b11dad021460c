"""Figures that pages of managers are made of: answered by SQL, for whom the asker may see."""
