namespace Acme.Model
{
    public class Stock
    {
        public Stock(int count) { }

        public void Take(int count) { }
    }

    public static class Prices
    {
        public static int Total(int count) => count;
    }
}
