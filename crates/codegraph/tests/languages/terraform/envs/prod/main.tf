module "shop" {
  source = "../.."
}

module "vpc" {
  source = "../../modules/vpc"
}
