"""Grades Keras lab notebooks: runs them in a sandbox, inspects the models, judges, gives feedback."""
