variable "image" {
  default = "shop/web:1"
}

job "shop" {
  datacenters = ["dc1"]

  group "web" {
    task "server" {
      driver = "docker"
      resources {
        cpu = 100
      }
    }
  }
}
