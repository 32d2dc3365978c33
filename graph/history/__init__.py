"""What happened, as one may ask it: changes with their differences, told to those who could see them."""
