<?php
namespace Acme\Model;

class Stock
{
    public function take(int $count) {}
}

class Prices
{
    public static function each(int $count): int { return $count; }
}

interface Sells {}

enum Kind: string
{
    case Book = 'b';
    case Map = 'm';
}

function total(int $count): int { return $count; }
