region = "eu-west-1"
other  = { a = 1 }
