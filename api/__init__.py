"""The doors: GraphQL, HTTP and the command line, and what wires them to the graph."""
