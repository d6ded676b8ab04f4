"""People who do not exist, their forms and papers: for practice, the demo, tests and benches."""
