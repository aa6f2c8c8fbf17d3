<?php
namespace Acme;

use Acme\Model\{Stock, Prices as Costs};
use function Acme\Model\total;

require_once __DIR__ . '/../lib/tools.php';

/** Sells books. */
class Shop extends \Acme\Base implements Model\Sells
{
    use Logs;

    private const MOST = 3;
    protected static ?Stock $all = null;

    public function __construct(private Stock $stock) {}

    public static function open(): static
    {
        return new static(new Stock());
    }

    public function sell(int $count): int
    {
        $this->stock->take($count);
        $this->prepare();
        $other = new Stock();
        $other?->take(self::MOST);
        self::$all->take(Model\Kind::Map);
        static::open()->log((new Stock())->take(1));
        \Acme\Model\total(1);
        helper();
        twice();
        try {
            return total(Costs::each($count));
        } catch (Exception $problem) {
            // FIXME: say which
            throw new \RuntimeException();
        }
    }

    #[Route('/sold/{id}', methods: ['GET'])]
    private function sold(): void
    {
        $f = fn(Stock $one) => $one->take();
        $f();
    }
}

class Base
{
    protected function prepare() {}
}

class Exception extends \Exception {}

trait Logs
{
    public function log($text) {}
}
