variable "region" {
  type    = string
  default = "eu-north-1"
}

# TODO: names of ports
variable "ports" {}

output "ip" {
  value = aws_instance.web[0].private_ip
}
