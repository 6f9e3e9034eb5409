train blobs epochs=3
