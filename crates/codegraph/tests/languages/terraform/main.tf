terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
  backend "s3" {}
}

provider "aws" {
  region = var.region
}

locals {
  # What everything is called.
  name  = "shop-${var.region}"
  ports = [for port in var.ports : port.number]
}

data "aws_ami" "ubuntu" {
  most_recent = true
}

# Where orders come in.
resource "aws_instance" "web" {
  ami        = data.aws_ami.ubuntu.id
  count      = var.nowhere
  subnet_id  = module.vpc.subnet_ids[0]
  depends_on = [aws_s3_bucket.orders, module.vpc, aws_s3_bucket.gone]

  user_data = <<-EOT
    name=${local.name}
    escaped=$${var.ports}
  EOT

  lifecycle {
    ignore_changes = [tags]
  }
  provisioner "local-exec" {
    command = "echo ${self.id} ${upper(aws_s3_bucket.orders.bucket)}"
  }
}

resource "aws_s3_bucket" "orders" {
  bucket = local.name
}

module "vpc" {
  source = "./modules/vpc"
  name   = local.name
}

module "network" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "~> 5.0"
}

module "missing" {
  source = "./modules/missing"
}
