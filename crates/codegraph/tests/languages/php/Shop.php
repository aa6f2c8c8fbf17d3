<?php
namespace Acme;

use Acme\Model\{Stock, Prices as Costs};
use function Acme\Model\total;

/** Sells books. */
class Shop extends Base
{
    public function __construct(private Stock $stock) {}

    public function sell(int $count): int
    {
        $this->stock->take($count);
        $this->prepare();
        $other = new Stock();
        $other->take(1);
        return total(Costs::each($count));
    }
}

class Base
{
    protected function prepare() {}
}
