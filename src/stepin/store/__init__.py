"""What is kept between two runs: generations and trust records."""
