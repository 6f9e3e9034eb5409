from tests.abuse.campaign import Class


class Hostile(Class):
    name = "hostile"
