net = load("files")
