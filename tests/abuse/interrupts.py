from tests.abuse.campaign import Class


class Interrupts(Class):
    name = "interrupts"
