using Acme.Model;

namespace Acme;

/// <summary>Sells books.</summary>
public class Shop : Base
{
    private readonly Stock _stock = new Stock(3);

    public string Name { get; set; }

    [HttpGet("/books")]
    public int Sell(int count)
    {
        _stock.Take(count);
        this.Log();
        Prepare();
        var other = new Stock(1);
        other.Take(1);
        return Prices.Total(count);
    }
}

public class Base
{
    protected void Prepare() { }

    protected void Log() { }
}
