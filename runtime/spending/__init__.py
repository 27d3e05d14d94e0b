"""What requests cost, from a file of prices that the user may add to, and budgets that stop new ones."""
