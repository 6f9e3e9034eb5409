train majority epochs=10
