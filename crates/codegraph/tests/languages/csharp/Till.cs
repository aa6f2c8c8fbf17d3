namespace Acme.Front
{
    // TODO: give change
    public class Till : Base
    {
        private readonly Shop shop = new Shop();

        [Fact]
        public void Pays()
        {
            shop.Sell(1);
            base.Log();
            Model.Prices.Total(2);
            Acme.Model.Prices.Total(3);
        }
    }
}
