net = load("files/nte.json")
