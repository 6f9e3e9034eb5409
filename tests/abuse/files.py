from tests.abuse.campaign import Class


class Files(Class):
    name = "files"
