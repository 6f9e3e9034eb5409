from tests.abuse.campaign import Class


class Kills(Class):
    name = "kills"
