# run with --safe
net = load("../../pyproject.toml")
