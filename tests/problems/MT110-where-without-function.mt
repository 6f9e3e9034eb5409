y = a + 1 where a = 2
