variable "name" {}

resource "aws_vpc" "this" {
  tags = { Name = var.name, Region = var.region }
}

output "subnet_ids" {
  value = aws_vpc.this.id
}
