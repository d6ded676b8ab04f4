"""What a city, a province and the country need: on paper, and checked by a simulation."""
