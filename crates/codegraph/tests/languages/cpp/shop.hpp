#pragma once
namespace shop {
class Item {
public:
    virtual int price() const { return 1; }
};
class Book : public Item {
public:
    Book(int pages);
    int price() const;
    int twice() const { return price() * 2; }
private:
    int pages_;
};
}
