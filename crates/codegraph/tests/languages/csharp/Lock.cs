namespace Acme
{
#if SMALL
    [StructLayout(LayoutKind.Sequential)]
#else
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
#endif
    public struct Entry
    {
        public int Id;
    }

    public class Lock
    {
        public Lock() { }

        ~Lock() { Release(); }

        void Release() { }
    }
}
