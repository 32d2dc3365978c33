"""Question cards: saved questions with a form for their variables, and their answers for people who would rather look.

card        what a card is, those shipped and those kept in the graph
form        a form for a card's variables, and the values that come back
blocks      an answer as tables, facts and lists, whatever was asked; coverage as a heat table
export      an answer as CSV that spreadsheets open safely, and as a calendar
"""
