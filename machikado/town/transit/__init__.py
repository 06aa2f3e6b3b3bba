"""The bus among trains and other buses: its facts as open data, their times taken in, one way with all of them."""
