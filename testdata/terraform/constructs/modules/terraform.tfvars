zone = "shop.example"
