<?php
namespace Acme\Tests;

use Acme\Shop;

class ShopTest extends TestCase
{
    public function testSell(): void
    {
        $shop = Shop::open();
        $shop->sell(1);
    }
}
